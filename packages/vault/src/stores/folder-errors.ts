import { AppError } from "@skyeworx/core";

function codeOf(error: unknown): string | undefined {
	return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Tells a file system's error code. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
	const code = codeOf(error);
	return code !== undefined && codes.includes(code);
}

/** Codes by which file systems say that they have no hard links. */
export const noLinkCodes = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EXDEV", "EMLINK", "EINVAL"] as const;

/** Says a file system's error in the store's words. */
export function folderError(error: unknown, name: string, folder: string): AppError {
	if (error instanceof AppError) return error;
	const code = codeOf(error);
	const facts = { object: name, folder, code };
	switch (code) {
		case "ENOSPC":
		case "EDQUOT":
		case "EFBIG":
			return new AppError("store-full", `There is no space left in ${folder}`, {
				facts,
				hint: "Free some space or move the vault to a larger disk, then run the backup again: what was stored so far stays valid.",
				cause: error,
			});
		case "EACCES":
		case "EPERM":
		case "EROFS":
			return new AppError("store-unsuitable", `${folder} can't be written by this process`, {
				facts,
				hint: "Give the process's user the right to create and link files there.",
				cause: error,
			});
		default:
			return new AppError("store-unreachable", `${folder} does not answer as a disk should`, {
				facts,
				hint: "Look whether the disk is mounted and healthy.",
				cause: error,
			});
	}
}

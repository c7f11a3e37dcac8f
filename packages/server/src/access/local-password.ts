import { createHash, timingSafeEqual } from "node:crypto";
import { AppError } from "@skyeworx/core";

/** The sign-in of the demo: one user, one long random password that the server made. */
export interface LocalSignIn {
	readonly password: string;
	readonly organizationId: string;
	readonly userId: string;
}

/** @throws AppError `sign-in-required` when the password is wrong or there is no local sign-in */
export function checkPassword(local: LocalSignIn | undefined, password: string): LocalSignIn {
	const digest = (text: string) => createHash("sha256").update(text).digest();
	if (local !== undefined && timingSafeEqual(digest(password), digest(local.password))) return local;
	throw new AppError("sign-in-required", "The password is wrong", { hint: "Use the password that the server printed when it started." });
}

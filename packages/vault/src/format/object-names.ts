const ofVault = /^(?:vault\.json$|README\.txt$|(?:keys|log|ckpt|packs|idx|probe|quarantine)\/)/;

/** Whether an object of this name belongs to a vault. Whatever else lies in its folder or bucket is somebody else's. */
export function isVaultObject(name: string): boolean {
	return ofVault.test(name);
}

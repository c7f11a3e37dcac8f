/** Name of the note for people who find a vault. */
export const readmeName = "README.txt";

/** The same in all vaults: what this is and how to get the contents out. */
export const readmeText = `This folder is a Skyeworx vault: an encrypted, deduplicated backup.

Do not rename, change or delete anything in it. Copying it as a whole is safe at any time.

To read it you need
  1. one of: the passphrase, the key file, or the printed recovery kit that was made with it;
  2. the Skyeworx command line tool (no server, no account):
       skyeworx vault ls     FOLDER --recovery-kit FILE
       skyeworx vault verify FOLDER --recovery-kit FILE --level data
       skyeworx vault export FOLDER --recovery-kit FILE --to OTHER-FOLDER

The format is public: see docs/vault-format.md in the Skyeworx source code. It is made of standard parts
(AES-256-GCM, HKDF, HMAC-SHA-256, scrypt, zstd, JSON), so that a reader can be written without Skyeworx.

Without a passphrase, key file or recovery kit nobody can read this folder, its makers included.

  vault.json  what the vault says of itself      log/   every change, in order
  keys/       wrapped keys                       ckpt/  what the log adds up to
  packs/      contents                           idx/   where contents lie
`;

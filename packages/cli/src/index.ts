export { type CommandDescription, describeCommands } from "./describe-commands.ts";

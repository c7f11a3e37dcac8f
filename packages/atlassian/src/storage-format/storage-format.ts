export { encodeText } from "./entities.ts";
export { markedTexts, textOccurrences, withoutMarkers } from "./inline-markers.ts";
export { rewriteStorage, type StorageMapping } from "./rewrite-storage.ts";
export { storageReferences } from "./storage-references.ts";
export { storageText } from "./visible-text.ts";

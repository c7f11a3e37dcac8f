export { encodeText } from "./entities.ts";
export { type MarkedText, markedTexts, markerRefs, textOccurrences, withoutMarkers } from "./inline-markers.ts";
export { rewriteStorage, type StorageMapping } from "./rewrite-storage.ts";
export { type StorageReference, storageReferences } from "./storage-references.ts";
export { storageText } from "./visible-text.ts";

/** Where tree nodes lie: content-addressed, so a node that exists is never written differently. */
export interface NodeStore {
	/** The bytes with this id, verified against it. */
	get(id: Uint8Array): Promise<Uint8Array>;
	/** Stores the node (or notices that it is there) and answers its 20-byte id. */
	put(bytes: Uint8Array): Promise<Uint8Array>;
}

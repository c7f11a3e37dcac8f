/**
 * Gives memory back that nobody uses any more, and leaves the bytes empty. Left to the garbage collector, answers, records and frames
 * pile up between its rounds, make it come around for their sake, and cost the page faults of fresh memory.
 */
export function release(bytes: Uint8Array): void {
	const { buffer, byteLength } = bytes;
	// A short Buffer may lie among others in a pool.
	const alone = buffer.byteLength === byteLength || buffer.byteLength > Buffer.poolSize;
	if (byteLength > 0 && alone && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

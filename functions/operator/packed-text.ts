/** Long texts for the database, whose values hold at most 2 MB: answers to batches repeat themselves, and pack well. */
import { fromBase64, type Octets, toBase64 } from '../../shared/octets.ts'

/** Shorter ones stay readable. */
const LONGEST_PLAIN = 64 * 1024
/** No JSON begins so. */
const MARK = 'gzip:'

async function through(text: string | Octets, transform: CompressionStream | DecompressionStream) {
  const stream = new Response(text).body?.pipeThrough(transform)
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

export async function packText(text: string): Promise<string> {
  if (text.length <= LONGEST_PLAIN && !text.startsWith(MARK)) return text
  return MARK + toBase64(await through(text, new CompressionStream('gzip')))
}

export async function unpackText(packed: string): Promise<string> {
  if (!packed.startsWith(MARK)) return packed
  const octets = fromBase64(packed.slice(MARK.length))
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
    await through(octets, new DecompressionStream('gzip')),
  )
}

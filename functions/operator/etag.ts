/** ETag and If-Match (RFC 9110 §13.1.1): nobody overwrites what they have not seen. */
import { toHex } from '../../shared/octets.ts'
import { Problem } from './problem.ts'

/** For the routes that call {@link checkMatch}. */
export const IF_MATCH = { 'If-Match': 'The ETag of your last GET, or *' } as const

/** A strong tag of a version, whatever names it. */
export async function etagOf(version: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(version))
  return `"${toHex(new Uint8Array(digest).subarray(0, 8)).toLowerCase()}"`
}

/** @throws {Problem} precondition-required, precondition-failed */
export async function checkMatch(request: Request, version: string): Promise<void> {
  const wanted = request.headers.get('If-Match')
  if (wanted === null)
    throw new Problem('precondition-required', 'send If-Match with the ETag of your last GET')
  if (wanted.trim() === '*') return
  const tags = wanted.split(',').map((tag) => tag.trim())
  if (!tags.includes(await etagOf(version)))
    throw new Problem('precondition-failed', 'read it again: it has changed')
}

/** The one form of what opens this API: `<kind>_<ULID>_<64 hex digits>`. The id finds the row; of the whole only a hash is kept. */
import { toHex } from '../../shared/octets.ts'
import { ulid } from '../euicc/operation-id.ts'

export type CredentialKind = 'key' | 'ses'

const SECRET_OCTETS = 32
const FORM = /^((key|ses)_[0-9A-HJKMNP-TV-Z]{26})_[0-9a-f]{64}$/

function random(octets: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(octets))
}

/** `text` is for its owner, and for nobody else to keep. */
export async function newCredential(
  kind: CredentialKind,
  now: number,
): Promise<{ readonly id: string; readonly text: string; readonly hash: string }> {
  const id = `${kind}_${ulid(now, random(10))}`
  const text = `${id}_${toHex(random(SECRET_OCTETS)).toLowerCase()}`
  return { id, text, hash: await hashOfCredential(text) }
}

/** The id in a credential, or null when `text` is none of this kind. */
export function idOfCredential(kind: CredentialKind, text: string): string | null {
  const [, id, found] = FORM.exec(text) ?? []
  return id !== undefined && found === kind ? id : null
}

/** SHA-256, hex. Equal hashes of 256 random bits cannot be felt out by timing. */
export async function hashOfCredential(text: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))))
}

/** PEM, the text armour of certificates and keys (RFC 7468). */
import { Fault } from '../fault.ts'
import { fromBase64, type Octets, toBase64 } from '../octets.ts'

export class PemFault extends Fault {
  readonly code = 'pem-malformed'
}

export interface PemBlock {
  /** `CERTIFICATE`, `PRIVATE KEY`, `EC PRIVATE KEY`, … */
  readonly label: string
  readonly der: Octets
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,64})-----([A-Za-z0-9+/=\s]*)-----END \1-----/g

/** Every block in `text`, in order; text between blocks is skipped. @throws {PemFault} when there is none or one is damaged */
export function readPem(text: string): PemBlock[] {
  const blocks = [...text.matchAll(BLOCK)].map(([, label = '', body = '']) => {
    try {
      return { label, der: fromBase64(body.replace(/\s+/g, '')) }
    } catch (error) {
      throw new PemFault(`the ${label} is not base64`, { cause: error })
    }
  })
  if (blocks.length === 0) throw new PemFault('the text holds no PEM block')
  return blocks
}

export function writePem(label: string, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

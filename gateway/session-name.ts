/**
 * What a session is called outside the gateway, so that a push finds its way back: its Connection ID, enciphered. Nobody
 * learns the Connection ID from it, and no table has to be kept.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { CONNECTION_ID_LENGTH } from './connection-id.ts'

const BLOCK = 16

export class SessionNames {
  readonly #key: Buffer

  /** 32 octets. */
  constructor(clusterKey: Uint8Array) {
    this.#key = Buffer.from(hkdfSync('sha256', clusterKey, '', 'edge-eim session name for the edge', 16))
  }

  /** 32 hexadecimal digits. */
  nameOf(connectionId: Uint8Array): string {
    const block = Buffer.alloc(BLOCK)
    block.set(connectionId)
    const cipher = createCipheriv('aes-128-ecb', this.#key, null).setAutoPadding(false)
    return cipher.update(block).toString('hex')
  }

  /** Undefined when it is no name of this cluster. */
  connectionIdOf(name: string): Buffer | undefined {
    if (!/^[0-9a-f]{32}$/.test(name)) return undefined
    const decipher = createDecipheriv('aes-128-ecb', this.#key, null).setAutoPadding(false)
    const block = decipher.update(Buffer.from(name, 'hex'))
    const padding = block.subarray(CONNECTION_ID_LENGTH)
    return padding.every((octet) => octet === 0) ? block.subarray(0, CONNECTION_ID_LENGTH) : undefined
  }
}

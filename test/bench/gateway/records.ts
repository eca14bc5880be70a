/** Records: one opened and one sealed by the endpoint, against bare node:crypto on the same octets. */
import { type CipherGCMTypes, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { client, HERE, psk, pskClient, VirtualPort } from '../../gateway/dtls/virtual-port.ts'
import { type BenchResult, interleave } from '../result.ts'

const RECORDS = 10_000
const ROUNDS = 15
const BATCH = 100
const CONTENT = randomBytes(64)

type Algorithm = CipherGCMTypes | 'aes-128-ccm'

/** Microseconds. */
function bare(algorithm: Algorithm, tagLength: number): number {
  const key = randomBytes(16)
  const nonce = randomBytes(12)
  const aad = randomBytes(31)
  const options = { authTagLength: tagLength }
  const plaintextLength = CONTENT.length
  const startedAt = performance.now()
  for (let index = 0; index < RECORDS; index++) {
    const cipher = createCipheriv(algorithm as 'aes-128-ccm', key, nonce, options)
    cipher.setAAD(aad, { plaintextLength })
    const ciphertext = cipher.update(CONTENT)
    cipher.final()
    const decipher = createDecipheriv(algorithm as 'aes-128-ccm', key, nonce, options)
    decipher.setAuthTag(cipher.getAuthTag()).setAAD(aad, { plaintextLength })
    decipher.update(ciphertext)
    decipher.final()
  }
  return ((performance.now() - startedAt) * 1000) / RECORDS
}

/** Microseconds, without what the simulated client costs. */
function endpoint(suite: number): number {
  const port = new VirtualPort()
  const device = suite === 0xc0a8 ? pskClient() : client({ suites: [suite], psk })
  const session = port.connect(device)
  let spent = 0
  for (let done = 0; done < RECORDS; done += BATCH) {
    // As from a socket: few datagrams are alive at a time.
    const datagrams = Array.from({ length: BATCH }, () => device.protect(23, CONTENT))
    const startedAt = performance.now()
    for (const datagram of datagrams) {
      port.endpoint.receive(datagram, HERE, port.now)
      port.endpoint.send(session, CONTENT, HERE)
    }
    spent += performance.now() - startedAt
  }
  return (spent * 1000) / RECORDS
}

export async function benchRecords(): Promise<BenchResult[]> {
  const spent = await interleave(ROUNDS, {
    bareGcm: () => bare('aes-128-gcm', 16),
    gcm: () => endpoint(0xc02b),
    bareCcm: () => bare('aes-128-ccm', 8),
    ccm: () => endpoint(0xc0a8),
  })
  const result = (name: string, ours: number, reference: number): BenchResult => ({
    name,
    median: ours,
    unit: 'µs',
    reference: `node:crypto alone (${reference.toFixed(2)} µs; target 0.75)`,
    ratio: reference / ours,
  })
  return [
    result('record opened and record sealed, AES-128-GCM', spent.gcm, spent.bareGcm),
    result('record opened and record sealed, AES-128-CCM-8', spent.ccm, spent.bareCcm),
  ]
}

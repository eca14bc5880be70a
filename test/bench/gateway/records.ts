/** Records: one opened and one sealed by the endpoint, against bare node:crypto on the same octets. */
import { type CipherGCMTypes, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { client, HERE, psk, pskClient, VirtualPort } from '../../gateway/dtls/virtual-port.ts'
import { type BenchResult, interleave } from '../result.ts'
import { collectGarbage } from './collect-garbage.ts'

const RECORDS = 10_000
const ROUNDS = 15
const WARM_UP_ROUNDS = 5
const BATCH = 100
const CONTENT = randomBytes(64)

type Algorithm = CipherGCMTypes | 'aes-128-ccm'

/**
 * Microseconds a record of {@link RECORDS}, given as batches to time. Whoever leaves garbage pays for its collection:
 * what the simulated client has left is collected before, what the batches leave while the clock runs.
 */
function timed(batchAt: (start: number) => () => void): number {
  let spent = 0
  const time = (work: () => void): void => {
    const startedAt = performance.now()
    work()
    spent += performance.now() - startedAt
  }
  collectGarbage()
  for (let start = 0; start < RECORDS; start += BATCH) time(batchAt(start))
  time(collectGarbage)
  return (spent * 1000) / RECORDS
}

function bare(algorithm: Algorithm, tagLength: number): number {
  const key = randomBytes(16)
  const nonce = randomBytes(12)
  const aad = randomBytes(31)
  const options = { authTagLength: tagLength }
  const plaintextLength = CONTENT.length
  return timed(() => () => {
    for (let index = 0; index < BATCH; index++) {
      const cipher = createCipheriv(algorithm as 'aes-128-ccm', key, nonce, options)
      cipher.setAAD(aad, { plaintextLength })
      const ciphertext = cipher.update(CONTENT)
      cipher.final()
      const decipher = createDecipheriv(algorithm as 'aes-128-ccm', key, nonce, options)
      decipher.setAuthTag(cipher.getAuthTag()).setAAD(aad, { plaintextLength })
      decipher.update(ciphertext)
      decipher.final()
    }
  })
}

function endpoint(suite: number): number {
  const port = new VirtualPort()
  const device = suite === 0xc0a8 ? pskClient() : client({ suites: [suite], psk })
  const session = port.connect(device)
  const records = Array.from({ length: RECORDS }, () => device.protect(23, CONTENT))
  return timed((start) => {
    // As from a socket: few datagrams at a time, and newly written.
    const datagrams = records.slice(start, start + BATCH).map((record) => Buffer.from(record))
    return () => {
      for (const datagram of datagrams) {
        port.endpoint.receive(datagram, HERE, port.now)
        port.endpoint.send(session, CONTENT, HERE)
      }
    }
  })
}

export async function benchRecords(): Promise<BenchResult[]> {
  const contenders = {
    bareGcm: () => bare('aes-128-gcm', 16),
    gcm: () => endpoint(0xc02b),
    bareCcm: () => bare('aes-128-ccm', 8),
    ccm: () => endpoint(0xc0a8),
  }
  // A server's code was compiled long ago.
  await interleave(WARM_UP_ROUNDS, contenders)
  const spent = await interleave(ROUNDS, contenders)
  type Contender = Parameters<typeof spent.median>[0]
  const result = (name: string, ours: Contender, reference: Contender): BenchResult => ({
    name,
    median: spent.median(ours),
    unit: 'µs',
    reference: `node:crypto alone (${spent.median(reference).toFixed(2)} µs; target 0.75)`,
    ratio: spent.ratio(reference, ours),
  })
  return [
    result('record opened and record sealed, AES-128-GCM', 'gcm', 'bareGcm'),
    result('record opened and record sealed, AES-128-CCM-8', 'ccm', 'bareCcm'),
  ]
}

/**
 * What a record and an idle session cost: `node --expose-gc test/gateway/dtls/measure-run.ts [sessions]`. The yardstick
 * is bare node:crypto doing the same two AEAD calls on the same octets.
 */
import { type CipherGCMTypes, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { client, HERE, psk, pskClient, VirtualPort } from './virtual-port.ts'

const RECORDS = 10_000
const ROUNDS = 12
const BATCH = 100

function bare(algorithm: CipherGCMTypes | 'aes-128-ccm', tagLength: number, content: Buffer): number {
  const key = randomBytes(16)
  const nonce = randomBytes(12)
  const aad = randomBytes(31)
  const options = { authTagLength: tagLength }
  const plaintextLength = content.length
  const startedAt = performance.now()
  for (let index = 0; index < RECORDS; index++) {
    const cipher = createCipheriv(algorithm as 'aes-128-ccm', key, nonce, options)
    cipher.setAAD(aad, { plaintextLength })
    const ciphertext = cipher.update(content)
    cipher.final()
    const decipher = createDecipheriv(algorithm as 'aes-128-ccm', key, nonce, options)
    decipher.setAuthTag(cipher.getAuthTag()).setAAD(aad, { plaintextLength })
    decipher.update(ciphertext)
    decipher.final()
  }
  return ((performance.now() - startedAt) * 1000) / RECORDS
}

/** One record opened and one sealed by the endpoint, without what the simulated client costs. */
function endpoint(suite: number, content: Buffer): number {
  const port = new VirtualPort()
  const device = suite === 0xc0a8 ? pskClient() : client({ suites: [suite], psk })
  const session = port.connect(device)
  let spent = 0
  for (let done = 0; done < RECORDS; done += BATCH) {
    // As from a socket: few datagrams are alive at a time.
    const datagrams = Array.from({ length: BATCH }, () => device.protect(23, content))
    const startedAt = performance.now()
    for (const datagram of datagrams) {
      port.endpoint.receive(datagram, HERE, port.now)
      port.endpoint.send(session, content, HERE)
    }
    spent += performance.now() - startedAt
  }
  return (spent * 1000) / RECORDS
}

/** Both in turn, so that whatever else the machine does meets both; the least of each counts. */
function compare(
  name: string,
  suite: number,
  algorithm: CipherGCMTypes | 'aes-128-ccm',
  tagLength: number,
): void {
  for (const length of [64, 256, 1024]) {
    const content = randomBytes(length)
    let yardstick = Number.POSITIVE_INFINITY
    let ours = Number.POSITIVE_INFINITY
    for (let round = 0; round < ROUNDS; round++) {
      yardstick = Math.min(yardstick, bare(algorithm, tagLength, content))
      ours = Math.min(ours, endpoint(suite, content))
    }
    const ratio = (yardstick / ours).toFixed(2)
    console.log(
      `${name} ${length} octets: ${ours.toFixed(2)} us, bare ${yardstick.toFixed(2)} us, ratio ${ratio}`,
    )
  }
}

compare('PSK_AES_128_CCM_8', 0xc0a8, 'aes-128-ccm', 8)
compare('ECDHE_ECDSA_AES_128_GCM', 0xc02b, 'aes-128-gcm', 16)

/**
 * What a record and an idle session cost: `node --expose-gc test/gateway/dtls/measure-run.ts [sessions]`. The yardstick
 * is bare node:crypto doing the same two AEAD calls on the same octets.
 */
import { type CipherGCMTypes, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { client, HERE, psk, pskClient, VirtualPort } from './virtual-port.ts'

const RECORDS = 40_000
const ROUNDS = 5

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
  const datagrams = Array.from({ length: RECORDS }, () => device.protect(23, content))
  const startedAt = performance.now()
  for (const datagram of datagrams) {
    port.endpoint.receive(datagram, HERE, port.now)
    port.endpoint.send(session, content, HERE)
  }
  return ((performance.now() - startedAt) * 1000) / RECORDS
}

const least = (measure: () => number) => Math.min(...Array.from({ length: ROUNDS }, measure))

for (const [name, suite, algorithm, tagLength] of [
  ['PSK_AES_128_CCM_8', 0xc0a8, 'aes-128-ccm', 8],
  ['ECDHE_ECDSA_AES_128_GCM', 0xc02b, 'aes-128-gcm', 16],
] as const) {
  for (const length of [64, 256, 1024]) {
    const content = randomBytes(length)
    const yardstick = least(() => bare(algorithm, tagLength, content))
    const ours = least(() => endpoint(suite, content))
    console.log(
      `${name} ${length} octets: open and seal ${ours.toFixed(2)} us, bare ${yardstick.toFixed(2)} us, ratio ${(yardstick / ours).toFixed(2)}`,
    )
  }
}

const count = Number(process.argv[2] ?? 20_000)
const port = new VirtualPort()
const template = port.endpoint.exportSession(port.connect(pskClient()), 4096)
const used = () => {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
const before = used()
for (let index = 0; index < count; index++) {
  if (template === undefined) break
  // Fresh strings and objects, as a socket and a handshake would make them.
  const peer = {
    address: ['10', index >> 16, (index >> 8) & 255, index & 255].join('.'),
    port: 1024 + (index % 60_000),
  }
  const identity = { kind: 'psk', identity: ['device', index].join('-') } as const
  const terms = { ...template.terms, ownCid: randomBytes(8), identity }
  port.endpoint.importSession({ ...template, terms, peer }, 0)
}
console.log(
  `an idle session: ${Math.round((used() - before) / count)} octets (${port.endpoint.sessionCount} sessions)`,
)

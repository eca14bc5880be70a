/**
 * A DTLS 1.2 client of our own for tests: each step is a method, so a test can leave steps out, repeat them or forge
 * them; `receive` does what an honest client does. It reads no clock and opens no socket.
 */
import { createPublicKey, type KeyObject, sign, X509Certificate } from 'node:crypto'
import {
  readCertificateChain,
  readCertificateRequest,
  readRawPublicKey,
  writeCertificateChain,
  writeDigitallySigned,
  writeRawPublicKey,
} from '../../../gateway/dtls/certificate-message.ts'
import { type CipherSuite, findCipherSuite } from '../../../gateway/dtls/cipher-suite.ts'
import { readHelloVerifyRequest, writeClientHello } from '../../../gateway/dtls/client-hello.ts'
import { extensionType, readConnectionId } from '../../../gateway/dtls/extension.ts'
import { type FlightItem, packFlight } from '../../../gateway/dtls/flight.ts'
import { FragmentAssembly } from '../../../gateway/dtls/fragment-assembly.ts'
import { type HandshakeMessage, readHandshakeFragments } from '../../../gateway/dtls/handshake-message.ts'
import {
  readServerKeyExchange,
  type ServerKeyExchange,
  writeClientKeyExchange,
  writeEphemeralShare,
} from '../../../gateway/dtls/key-exchange-message.ts'
import { createEphemeralKey, type NamedGroup } from '../../../gateway/dtls/named-group.ts'
import {
  deriveKeyBlock,
  extendedMasterSecret,
  type KeyBlock,
  pskPremasterSecret,
  verifyData,
} from '../../../gateway/dtls/prf.ts'
import { contentType, type RecordView, readRecord, writePlainRecord } from '../../../gateway/dtls/record.ts'
import { openRecord, sealRecord } from '../../../gateway/dtls/record-protection.ts'
import { readNewSessionTicket, readServerHello } from '../../../gateway/dtls/server-hello.ts'
import { isSignedBy } from '../../../gateway/dtls/signature-scheme.ts'
import { Transcript } from '../../../gateway/dtls/transcript.ts'
import { helloExtensions } from './client-hello-extensions.ts'
import type { ClientOptions, ClientSession } from './client-options.ts'

const NOTHING = Buffer.alloc(0)

export class DtlsClient {
  readonly options: ClientOptions
  readonly random: Buffer
  /** Application data, in the order of arrival. */
  readonly received: Buffer[] = []
  /** Alerts, by description, protected or not. */
  readonly alerts: number[] = []
  /** Content of return_routability_check records. */
  readonly pathMessages: Buffer[] = []
  isEstablished = false
  isResumed = false
  /** What is wrong with the server's flight, when something is. */
  fault: string | undefined
  helloVerifyRequests = 0
  cookie: Buffer = NOTHING
  transcript = new Transcript()
  keys: KeyBlock | undefined
  suite: CipherSuite | undefined
  serverCid: Buffer = NOTHING
  serverHelloExtensions: ReadonlyMap<number, Buffer> = new Map()
  recordSequence = 0
  protectedSequence = 0
  messageSequence = 0
  master: Buffer = NOTHING
  #assembly = new FragmentAssembly(0)
  #flight: FlightItem[] = []
  #serverRandom: Buffer = NOTHING
  #sessionId: Buffer = NOTHING
  #ticket: Buffer | undefined
  #serverKey: KeyObject | undefined
  #exchange: ServerKeyExchange = {}
  #requestedSchemes: number[] | undefined

  constructor(options: ClientOptions) {
    this.options = options
    this.random = options.random(32)
  }

  get session(): ClientSession {
    return { sessionId: this.#sessionId, ticket: this.#ticket, master: this.master }
  }

  /** The first hello, or the second once there is a cookie; in fragments when the limit asks for it. */
  hello(): Buffer[] {
    const { options } = this
    this.transcript = new Transcript()
    const resume = options.resume
    const fakeId = resume?.ticket ? Buffer.alloc(32, 0x5e) : resume?.sessionId
    const body = writeClientHello({
      random: this.random,
      sessionId: fakeId ?? NOTHING,
      cookie: this.cookie,
      suites: options.suites,
      extensions: helloExtensions(options, resume?.ticket),
    })
    return this.sendFlight([this.message(1, body)])
  }

  /** The client's last flight in full: [Certificate] ClientKeyExchange [CertificateVerify] CCS Finished. */
  finalFlight(): Buffer[] {
    const items: FlightItem[] = []
    if (this.#requestedSchemes) items.push(this.certificate())
    items.push(this.clientKeyExchange())
    if (this.#requestedSchemes && this.options.certificate) items.push(this.certificateVerify())
    items.push({ kind: 'change-cipher-spec' }, this.finished())
    return this.sendFlight(items)
  }

  message(type: number, body: Buffer, isProtected = false): FlightItem {
    const message = { type, body, sequence: this.messageSequence++ }
    this.transcript.add(message)
    return { kind: 'message', message, isProtected }
  }

  certificate(): FlightItem {
    const { certificate, usesRawPublicKeys } = this.options
    if (usesRawPublicKeys) {
      const spki = certificate
        ? createPublicKey(certificate.key).export({ format: 'der', type: 'spki' })
        : NOTHING
      return this.message(11, writeRawPublicKey(spki))
    }
    return this.message(11, writeCertificateChain(certificate?.chain ?? []))
  }

  clientKeyExchange(forged?: Buffer): FlightItem {
    const { options } = this
    const share = this.#exchange.share
    const ephemeral = share && createEphemeralKey(share.group as NamedGroup, options.random)
    const secret = share && ephemeral?.agree(share.publicKey)
    const isPsk = this.suite?.keyExchange !== 'ecdhe-ecdsa'
    const psk = options.psk ?? { identity: NOTHING, key: NOTHING }
    const body = writeClientKeyExchange({
      ...(isPsk ? { identity: psk.identity } : {}),
      ...(ephemeral ? { publicKey: ephemeral.publicKey } : {}),
    })
    const item = this.message(16, forged ?? body)
    const premaster = isPsk ? pskPremasterSecret(psk.key, secret) : (secret ?? NOTHING)
    const hash = this.suite?.hash ?? 'sha256'
    this.deriveKeys(extendedMasterSecret(hash, premaster, this.transcript.hash(hash)))
    return item
  }

  certificateVerify(key = this.options.certificate?.key): FlightItem {
    const signature = key ? sign('sha256', this.transcript.octets(), key) : NOTHING
    return this.message(15, writeDigitallySigned({ scheme: 0x0403, signature }))
  }

  finished(): FlightItem {
    const hash = this.suite?.hash ?? 'sha256'
    return this.message(20, verifyData(hash, this.master, 'client', this.transcript.hash(hash)), true)
  }

  deriveKeys(master: Buffer): void {
    this.master = master
    if (this.suite) this.keys = deriveKeyBlock(this.suite, master, this.random, this.#serverRandom)
  }

  /** Sends messages as a flight that {@link resend} repeats. */
  sendFlight(items: FlightItem[]): Buffer[] {
    this.#flight = items
    return this.resend()
  }

  resend(): Buffer[] {
    const writer = {
      plain: (type: number, content: Buffer) => this.plain(type, content),
      protect: (type: number, content: Buffer) => this.protect(type, content),
      protectionOverhead: 80,
    }
    return packFlight(this.#flight, writer, {
      datagram: this.options.datagramLimit ?? 1232,
      content: 2 ** 14,
    })
  }

  plain(type: number, content: Buffer): Buffer {
    return writePlainRecord(type, this.recordSequence++, content)
  }

  protect(type: number, content: Buffer, sequence = this.protectedSequence++): Buffer {
    if (this.keys === undefined) throw new Error('the client has no keys yet')
    return sealRecord(this.keys.client, {
      type,
      epoch: 1,
      sequence,
      cid: this.serverCid,
      content,
      paddingMultiple: 0,
    })
  }

  data(text: string): Buffer {
    return this.protect(contentType.applicationData, Buffer.from(text))
  }

  /** Takes a datagram of the server and gives the answers of an honest client. */
  receive(datagram: Buffer): Buffer[] {
    const answers: Buffer[] = []
    const cidLength = this.options.cid?.length ?? 0
    for (let start = 0; start < datagram.length; ) {
      const record = readRecord(datagram, start, cidLength)
      if (record === undefined) break
      answers.push(...this.#receiveRecord(datagram, record))
      start = record.end
    }
    return answers
  }

  #receiveRecord(datagram: Buffer, record: RecordView): Buffer[] {
    if (record.epoch === 0) {
      return this.#receiveContent(record.type, datagram.subarray(record.fragmentStart, record.end), false)
    }
    const isClassic = record.type !== contentType.connectionId
    if (this.keys === undefined || isClassic !== !this.options.cid?.length) return []
    const opened = openRecord(this.keys.server, datagram, record)
    return opened ? this.#receiveContent(opened.type, opened.content, true) : []
  }

  #receiveContent(type: number, content: Buffer, isProtected: boolean): Buffer[] {
    if (type === contentType.handshake) return this.#receiveHandshake(content)
    if (type === contentType.alert) this.alerts.push(content[1] ?? -1)
    if (type === contentType.applicationData && isProtected) this.received.push(content)
    if (type === contentType.returnRoutabilityCheck && isProtected) this.pathMessages.push(content)
    return []
  }

  #receiveHandshake(content: Buffer): Buffer[] {
    const answers: Buffer[] = []
    for (const fragment of readHandshakeFragments(content)) {
      if (fragment.type === 3) {
        answers.push(...this.#receiveVerifyRequest(fragment.sequence, fragment.body))
        continue
      }
      // The server has not seen the client's Finished, which is the last message of a resumption.
      if (fragment.type === 20 && this.isEstablished && this.isResumed) answers.push(...this.resend())
      this.#assembly.add(fragment)
      for (let message = this.#assembly.take(); message; message = this.#assembly.take()) {
        answers.push(...this.#receiveMessage(message))
      }
    }
    return answers
  }

  #receiveVerifyRequest(sequence: number, body: Buffer): Buffer[] {
    this.helloVerifyRequests++
    if (this.suite || this.cookie.length > 0) return []
    this.cookie = readHelloVerifyRequest(body)
    this.#assembly = new FragmentAssembly(sequence + 1)
    return this.hello()
  }

  #receiveMessage(message: HandshakeMessage): Buffer[] {
    const { type, body } = message
    const hash = this.suite?.hash ?? 'sha256'
    if (type === 20) {
      const expected = verifyData(hash, this.master, 'server', this.transcript.hash(hash))
      if (!expected.equals(body)) this.fault = 'Finished does not verify'
      this.transcript.add(message)
      this.isEstablished = this.fault === undefined
      return this.isResumed ? this.sendFlight([{ kind: 'change-cipher-spec' }, this.finished()]) : []
    }
    this.transcript.add(message)
    if (type === 2) this.#receiveServerHello(body)
    if (type === 4) this.#ticket = readNewSessionTicket(body)
    if (type === 11) this.#receiveCertificate(body)
    if (type === 12) this.#receiveKeyExchange(body)
    if (type === 13) this.#requestedSchemes = readCertificateRequest(body)
    return type === 14 && this.fault === undefined ? this.finalFlight() : []
  }

  #receiveServerHello(body: Buffer): void {
    const hello = readServerHello(body)
    this.#serverRandom = hello.random
    this.suite = findCipherSuite(hello.suite)
    this.serverHelloExtensions = hello.extensions
    const cid = hello.extensions.get(extensionType.connectionId)
    this.serverCid = cid ? Buffer.from(readConnectionId(cid)) : NOTHING
    const { resume } = this.options
    const offeredId = resume?.ticket ? Buffer.alloc(32, 0x5e) : resume?.sessionId
    this.#sessionId = hello.sessionId
    if (resume && offeredId && offeredId.length > 0 && offeredId.equals(hello.sessionId)) {
      this.isResumed = true
      this.#sessionId = resume.sessionId
      this.#ticket = resume.ticket
      this.deriveKeys(resume.master)
    }
  }

  #receiveCertificate(body: Buffer): void {
    const key = this.options.usesRawPublicKeys ? readRawPublicKey(body) : readCertificateChain(body)[0]
    if (key === undefined) return
    if (this.options.trustsServer?.(Buffer.from(key)) === false) this.fault = 'the server is not trusted'
    this.#serverKey = this.options.usesRawPublicKeys
      ? createPublicKey({ key, format: 'der', type: 'spki' })
      : new X509Certificate(new Uint8Array(key)).publicKey
  }

  /** A signature that does not verify ends it: CVE-2021-34433 was a client that did not look. */
  #receiveKeyExchange(body: Buffer): void {
    if (this.suite === undefined) return
    this.#exchange = readServerKeyExchange(body, this.suite.keyExchange)
    const { share, signed } = this.#exchange
    if (signed === undefined) return
    const octets = Buffer.concat([
      this.random,
      this.#serverRandom,
      share ? writeEphemeralShare(share) : NOTHING,
    ])
    const isSigned = this.#serverKey && isSignedBy(this.#serverKey, signed.scheme, octets, signed.signature)
    if (!isSigned) this.fault = 'ServerKeyExchange signature wrong'
  }
}

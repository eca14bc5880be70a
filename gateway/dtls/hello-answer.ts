/** The server's answer to a whole ClientHello: everything that is decided once, and the messages that say so. */
import type { CipherSuite } from './cipher-suite.ts'
import { ClientAuthentication } from './client-authentication.ts'
import { type ClientHello, RANDOM_LENGTH, readClientHello } from './client-hello.ts'
import { createEphemeralKey, type EphemeralKey } from './named-group.ts'
import { type Agreement, agreeOnKeys, type KeyAgreement, negotiate, type Refusal } from './negotiate.ts'
import { findResumable, type Resumption } from './resume.ts'
import type { ResumableSession } from './resumption.ts'
import { keyExchangeMessages, type MessageBody, serverHelloMessage } from './server-flight.ts'
import type { ServerOptions } from './server-options.ts'

export interface HelloAnswer {
  readonly agreement: Agreement
  readonly suite: CipherSuite
  readonly clientRandom: Buffer
  readonly serverRandom: Buffer
  readonly sessionId: Buffer
  /** The server's Connection ID; empty without one. */
  readonly ownCid: Buffer
  readonly ephemeral: EphemeralKey | undefined
  /** Asked of the client; `undefined` when it need not show anything. */
  readonly authentication: ClientAuthentication | undefined
  /** The session taken up again; it makes the handshake an abbreviated one. */
  readonly resumed: ResumableSession | undefined
  readonly issuesTicket: boolean
  /** ServerHello, and in a full handshake all up to ServerHelloDone. */
  readonly messages: readonly MessageBody[]
}

const SESSION_ID_LENGTH = 32
const NOTHING = Buffer.alloc(0)

/** `now`: milliseconds since 1970. @throws {DecodeFault} when the hello is malformed */
export function answerHello(body: Buffer, options: ServerOptions, now: number): HelloAnswer | Refusal {
  const hello = readClientHello(body)
  const agreement = negotiate(hello, options)
  if ('alert' in agreement) return agreement
  const resumption = findResumable(hello, agreement, options, now)
  if (resumption) return resume(hello, agreement, resumption, options)
  const keys = agreeOnKeys(hello, agreement.policy, options)
  return 'alert' in keys ? keys : offerKeys(hello, agreement, keys, options)
}

/** Flight 4: ServerHello to ServerHelloDone. */
function offerKeys(
  hello: ClientHello,
  agreement: Agreement,
  keys: KeyAgreement,
  options: ServerOptions,
): HelloAnswer {
  const { policy, ticket } = agreement
  const { suite } = keys
  const fresh = freshValues(hello, agreement, options)
  const issuesTicket = options.resumption !== undefined && ticket !== undefined
  const sessionId = options.resumption && !issuesTicket ? options.random(SESSION_ID_LENGTH) : NOTHING
  const ephemeral = keys.group === undefined ? undefined : createEphemeralKey(keys.group, options.random)
  const asksForCertificate = keys.proof !== undefined && policy.clientAuthentication !== 'none'
  const choice = { ...fresh, random: fresh.serverRandom, sessionId, suite, keys, issuesTicket }
  const randoms = { client: hello.random, server: fresh.serverRandom }
  return {
    ...fresh,
    agreement,
    suite,
    sessionId,
    ephemeral,
    authentication: asksForCertificate
      ? new ClientAuthentication(policy, keys.clientCertificateType)
      : undefined,
    resumed: undefined,
    issuesTicket,
    messages: [
      serverHelloMessage(hello, agreement, choice),
      ...keyExchangeMessages(keys, ephemeral, randoms, asksForCertificate),
    ],
  }
}

/** The abbreviated handshake (RFC 5246 §7.3): the client's session id comes back, be there a ticket or not. */
function resume(
  hello: ClientHello,
  agreement: Agreement,
  { session, suite }: Resumption,
  options: ServerOptions,
): HelloAnswer {
  const fresh = freshValues(hello, agreement, options)
  const { sessionId } = hello
  const choice = {
    ...fresh,
    random: fresh.serverRandom,
    sessionId,
    suite,
    keys: undefined,
    issuesTicket: false,
  }
  return {
    ...fresh,
    agreement,
    suite,
    sessionId,
    ephemeral: undefined,
    authentication: undefined,
    resumed: session,
    issuesTicket: false,
    messages: [serverHelloMessage(hello, agreement, choice)],
  }
}

/** What no two handshakes share, resumptions included. */
function freshValues(hello: ClientHello, { peerCid }: Agreement, options: ServerOptions) {
  return {
    clientRandom: hello.random,
    serverRandom: options.random(RANDOM_LENGTH),
    ownCid: peerCid ? options.newCid() : NOTHING,
  }
}

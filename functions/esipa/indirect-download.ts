/**
 * The four functions of an indirect profile download, where the eIM talks to the SM-DP+ in the place of the IPA
 * (SGP.32 §5.14.1 to §5.14.3, §5.14.8). This eIM triggers direct downloads only and does not announce
 * indirectProfileDownload, so no session can be known: each function has its error for that.
 */
import { readTlvs, readWholeTlv } from '../../shared/asn1/index.ts'
import { fromHex, type Octets } from '../../shared/octets.ts'
import type { EsipaRequest } from './esipa-request.ts'
import { logEvent } from './log.ts'

const EIM_TRANSACTION_ID = 0x82

/** invalidEimTransactionId(52) for a session that is said to belong to a trigger, else undefinedError(127). */
export async function initiateAuthentication(request: EsipaRequest): Promise<Octets> {
  const { octets } = request
  const { contentStart, end } = readWholeTlv(octets)
  const tags = Array.from(readTlvs(octets, contentStart, end), ({ tag }) => tag)
  const isTriggered = tags.includes(EIM_TRANSACTION_ID)
  return refuse(request, isTriggered ? 'BF3903810134' : 'BF390381017F')
}

/** invalidTransactionId(10) */
export async function authenticateClient(request: EsipaRequest): Promise<Octets> {
  return refuse(request, 'BF3B0382010A')
}

/** invalidTransactionId(95) */
export async function getBoundProfilePackage(request: EsipaRequest): Promise<Octets> {
  return refuse(request, 'BF3A0381015F')
}

/** invalidTransactionId(1) */
export async function cancelSession(request: EsipaRequest): Promise<Octets> {
  return refuse(request, 'BF4103810101')
}

function refuse({ trail }: EsipaRequest, answer: string): Octets {
  logEvent('indirect-download-refused', { ...trail, reason: answer })
  return fromHex(answer)
}

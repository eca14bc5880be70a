/** The alert protocol: two octets, a level and a description (RFC 5246 §7.2). */

export const alertLevel = { warning: 1, fatal: 2 } as const

export const alertDescription = {
  closeNotify: 0,
  unexpectedMessage: 10,
  recordOverflow: 22,
  handshakeFailure: 40,
  badCertificate: 42,
  unsupportedCertificate: 43,
  certificateExpired: 45,
  certificateUnknown: 46,
  illegalParameter: 47,
  unknownCa: 48,
  decodeError: 50,
  decryptError: 51,
  protocolVersion: 70,
  internalError: 80,
  noRenegotiation: 100,
  unrecognizedName: 112,
  unknownPskIdentity: 115,
  noApplicationProtocol: 120,
} as const

export type AlertDescription = (typeof alertDescription)[keyof typeof alertDescription]

export interface Alert {
  readonly isFatal: boolean
  /** May be a number this implementation has no name for. */
  readonly description: number
}

export function writeAlert(description: AlertDescription): Buffer {
  const isWarning =
    description === alertDescription.closeNotify || description === alertDescription.noRenegotiation
  return Buffer.of(isWarning ? alertLevel.warning : alertLevel.fatal, description)
}

/** Reads one alert; `undefined` when `content` is no alert. */
export function readAlert(content: Uint8Array): Alert | undefined {
  const [level, description] = content
  if (content.length !== 2 || level === undefined || description === undefined) return undefined
  if (level !== alertLevel.warning && level !== alertLevel.fatal) return undefined
  return { isFatal: level === alertLevel.fatal, description }
}

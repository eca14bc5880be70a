/** A profile encrypted for one eUICC. */
import {
  field,
  type Infer,
  namedInteger,
  octetString,
  optional,
  sequence,
  sequenceOf,
  tagged,
} from '../asn1/index.ts'
import { Octet1, OctetTo16 } from './octet-strings.ts'
import { DpProprietaryData } from './profile-metadata.ts'
import { TransactionId } from './transaction-id.ts'

export const RemoteOpId = tagged('82', namedInteger({ installBoundProfilePackage: 1 }))
export type RemoteOpId = Infer<typeof RemoteOpId>

export const ControlRefTemplate = sequence('30', {
  keyType: field('80', Octet1),
  keyLen: field('81', Octet1),
  hostId: field('84', OctetTo16),
})
export type ControlRefTemplate = Infer<typeof ControlRefTemplate>

/** SGP.22 §5.5.1 */
export const InitialiseSecureChannelRequest = sequence('BF23', {
  remoteOpId: field('82', RemoteOpId),
  transactionId: field('80', TransactionId),
  controlRefTemplate: field('A6', ControlRefTemplate),
  smdpOtpk: field('5F49', octetString()),
  smdpSign: field('5F37', octetString()),
})
export type InitialiseSecureChannelRequest = Infer<typeof InitialiseSecureChannelRequest>

/** SGP.22 §2.5.4 */
export const BoundProfilePackage = sequence('BF36', {
  initialiseSecureChannelRequest: field('BF23', InitialiseSecureChannelRequest),
  firstSequenceOf87: field('A0', sequenceOf('A0', '87', octetString())),
  sequenceOf88: field('A1', sequenceOf('A1', '88', octetString())),
  secondSequenceOf87: optional('A2', sequenceOf('A2', '87', octetString())),
  sequenceOf86: field('A3', sequenceOf('A3', '86', octetString())),
})
export type BoundProfilePackage = Infer<typeof BoundProfilePackage>

/** SGP.22 §5.5.2 */
export const ConfigureISDPRequest = sequence('BF24', {
  dpProprietaryData: optional('B8', DpProprietaryData),
})
export type ConfigureISDPRequest = Infer<typeof ConfigureISDPRequest>

/** SGP.22 §5.5.4 */
export const ReplaceSessionKeysRequest = sequence('BF26', {
  initialMacChainingValue: field('80', octetString()),
  ppkEnc: field('81', octetString()),
  ppkCmac: field('82', octetString()),
})
export type ReplaceSessionKeysRequest = Infer<typeof ReplaceSessionKeysRequest>

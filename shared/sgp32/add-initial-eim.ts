/** ES10b functions of the first association: who may command the eUICC. */
import {
  alternative,
  choice,
  field,
  type Infer,
  integer,
  namedInteger,
  nothing,
  optional,
  sequence,
  sequenceOf,
  size,
  UNTAGGED,
  utf8String,
} from '../asn1/index.ts'
import { EimConfigurationData } from './eim-configuration-data.ts'

/** SGP.32 §5.9.4 */
export const AddInitialEimRequest = sequence('BF57', {
  eimConfigurationDataList: field('A0', sequenceOf('A0', '30', EimConfigurationData)),
})
export type AddInitialEimRequest = Infer<typeof AddInitialEimRequest>

export const AddInitialEimError = namedInteger({
  insufficientMemory: 1,
  associatedEimAlreadyExists: 2,
  ciPKUnknown: 3,
  invalidAssociationToken: 5,
  counterValueOutOfRange: 6,
  commandError: 7,
  undefinedError: 127,
})
export type AddInitialEimError = Infer<typeof AddInitialEimError>

/** SGP.32 §5.9.4; one entry an eIM, in the order of the request. */
export const AddInitialEimResponse = choice('BF57', {
  addInitialEimOk: alternative(
    'A0',
    sequenceOf(
      'A0',
      UNTAGGED,
      choice(UNTAGGED, { associationToken: alternative('84', integer), addOk: alternative('05', nothing) }),
    ),
  ),
  addInitialEimError: alternative('81', AddInitialEimError),
})
export type AddInitialEimResponse = Infer<typeof AddInitialEimResponse>

export const GetEimConfigurationDataRequest = sequence('BF55', {
  searchCriteria: optional('A0', choice('A0', { eimId: alternative('80', utf8String(size(1, 128))) })),
})
export type GetEimConfigurationDataRequest = Infer<typeof GetEimConfigurationDataRequest>

export const GetEimConfigurationDataResponse = sequence('BF55', {
  eimConfigurationDataList: field('A0', sequenceOf('A0', '30', EimConfigurationData)),
})
export type GetEimConfigurationDataResponse = Infer<typeof GetEimConfigurationDataResponse>

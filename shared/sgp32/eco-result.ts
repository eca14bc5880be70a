/** How each eCO ended (SGP.32 §2.11.2.1). */
import {
  alternative,
  choice,
  field,
  type Infer,
  integer,
  namedInteger,
  optional,
  sequence,
  sequenceOf,
  size,
  UNTAGGED,
  utf8String,
} from '../asn1/index.ts'
import { EimIdType } from './eim-configuration-data.ts'
import { olderEimIdType } from './tolerance.ts'

export const AddEimResultCode = namedInteger({
  ok: 0,
  insufficientMemory: 1,
  associatedEimAlreadyExists: 2,
  ciPKUnknown: 3,
  invalidAssociationToken: 5,
  counterValueOutOfRange: 6,
  commandError: 7,
  undefinedError: 127,
})
export type AddEimResultCode = Infer<typeof AddEimResultCode>

/** The token that the eUICC made for the eIM, or how it ended without one. */
export const AddEimResult = choice(UNTAGGED, {
  associationToken: alternative('84', integer),
  addEimResultCode: alternative('02', AddEimResultCode),
})
export type AddEimResult = Infer<typeof AddEimResult>

/** `lastEimDeleted` is a success: nobody commands the eUICC now. */
export const DeleteEimResult = namedInteger({
  ok: 0,
  eimNotFound: 1,
  lastEimDeleted: 2,
  commandError: 7,
  undefinedError: 127,
})
export type DeleteEimResult = Infer<typeof DeleteEimResult>

export const UpdateEimResult = namedInteger({
  ok: 0,
  eimNotFound: 1,
  ciPKUnknown: 3,
  counterValueOutOfRange: 6,
  commandError: 7,
  undefinedError: 127,
})
export type UpdateEimResult = Infer<typeof UpdateEimResult>

/** One eIM of a listEim. */
export const EimIdInfo = sequence(
  '30',
  { eimId: field('80', utf8String(size(1, 128))), eimIdType: optional('82', EimIdType) },
  olderEimIdType,
)
export type EimIdInfo = Infer<typeof EimIdInfo>

export const ListEimError = namedInteger({ undefinedError: 127 })
export type ListEimError = Infer<typeof ListEimError>

export const ListEimResult = choice(UNTAGGED, {
  eimIdList: alternative('A0', sequenceOf('A0', '30', EimIdInfo)),
  listEimError: alternative('81', ListEimError),
})
export type ListEimResult = Infer<typeof ListEimResult>

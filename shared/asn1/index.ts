export { type Annotation, annotate } from './annotate.ts'
export { Asn1Fault } from './asn1-fault.ts'
export { type BitName, bitString, namedBits } from './bit-string.ts'
export { type Alternative, alternative, type ChoiceValue, choice, type Tolerance } from './choice.ts'
export { derSequence, elements } from './opaque.ts'
export {
  boolean,
  decodeObjectIdentifier,
  integer,
  type NamedInteger,
  namedInteger,
  nothing,
  objectIdentifier,
  octetString,
  size,
  utf8String,
} from './primitives.ts'
export {
  decode,
  encode,
  type Infer,
  type Json,
  type Meant,
  type Member,
  rawOctets,
  type Schema,
  type Shape,
  type Size,
  tagged,
} from './schema.ts'
export {
  type ElementTolerance,
  field,
  optional,
  type SequenceValue,
  sequence,
  UNTAGGED,
  withDefault,
} from './sequence.ts'
export { sequenceOf } from './sequence-of.ts'
export { readTag, readTlv, readTlvs, readWholeTlv, showTag, type Tlv } from './tlv.ts'
export { Writer, wrap } from './writer.ts'

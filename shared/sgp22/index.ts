export { type Eid, EidFault, eidFromOctets, eidToOctets, hasValidCheckDigits, parseEid } from './eid.ts'
export * from './es9.ts'
export { type Iccid, IccidFault, iccidFromOctets, iccidToOctets, parseIccid } from './iccid.ts'
export * from './objects.ts'

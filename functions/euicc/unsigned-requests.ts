/** The eIM packages that carry no signature: data requests (BF52) and download triggers (BF54). */
import { encode } from '../../shared/asn1/index.ts'
import { concatOctets, fromHex, type Octets } from '../../shared/octets.ts'
import { IpaEuiccDataRequest, ProfileDownloadTriggerRequest } from '../../shared/sgp32/index.ts'
import type { DownloadSource } from './operation.ts'

/** `tags` are hex, in the order they are asked. */
export function encodeDataRequest(tags: readonly string[], eimTransactionId: Octets): Octets {
  return encode(IpaEuiccDataRequest, { tagList: concatOctets(...tags.map(fromHex)), eimTransactionId })
}

export function encodeTrigger(source: DownloadSource, eimTransactionId: Octets): Octets {
  return encode(ProfileDownloadTriggerRequest, { profileDownloadData: dataOf(source), eimTransactionId })
}

function dataOf(source: DownloadSource) {
  switch (source.kind) {
    case 'activationCode':
      return { activationCode: source.activationCode }
    case 'defaultSmdp':
      return { contactDefaultSmdp: null }
    case 'smds':
      return { contactSmds: { smdsAddress: source.smdsAddress } }
  }
}

/** From the API's steps to the PSMOs and eCOs of a signed package (SGP.32 §2.11.1.1). */
import { encode, type Infer } from '../../shared/asn1/index.ts'
import { fromHex, type Octets } from '../../shared/octets.ts'
import { eidToOctets, iccidToOctets, parseEid, parseIccid } from '../../shared/sgp22/index.ts'
import {
  type Eco,
  EimConfigurationData,
  type EuiccPackage,
  EuiccPackageSigned,
  type Psmo,
} from '../../shared/sgp32/index.ts'
import type { OperationRequest, PackageStep } from './operation.ts'

/** Asked for when an operator names no tags: all but the icon, since some cards return little by default. */
const FULL_TAG_LIST = '5A4F9F7090919293' + '95B6B7B8999F7B9F269F67'

/** The steps of an operation that is sent as a signed package; none for data requests and download triggers. */
export function stepsOf(request: OperationRequest): readonly PackageStep[] {
  if (request.type === 'package') return request.steps
  return request.type === 'euicc.read' || request.type === 'profile.download' ? [] : [request]
}

export function isEco(step: PackageStep): boolean {
  return step.type.startsWith('eim.')
}

/** Steps that change nothing: running them twice does no harm, and their result is the only proof that they ran. */
export function onlyReads(request: OperationRequest): boolean {
  const steps = stepsOf(request)
  return steps.every(
    (step) => step.type === 'profile.list' || step.type === 'rat.get' || step.type === 'eim.list',
  )
}

function iccidOf(step: { readonly iccid: string }): Octets {
  return iccidToOctets(parseIccid(step.iccid))
}

function psmoOf(step: PackageStep): Infer<typeof Psmo> {
  switch (step.type) {
    case 'profile.enable':
      return {
        enable: step.rollback ? { iccid: iccidOf(step), rollbackFlag: null } : { iccid: iccidOf(step) },
      }
    case 'profile.disable':
      return { disable: { iccid: iccidOf(step) } }
    case 'profile.delete':
      return { delete: { iccid: iccidOf(step) } }
    case 'profile.list':
      return { listProfileInfo: { tagList: fromHex(step.tagList ?? FULL_TAG_LIST) } }
    case 'rat.get':
      return { getRAT: {} }
    case 'immediate-enable.configure':
      return {
        configureImmediateEnable: {
          immediateEnableFlag: step.immediateEnable ? null : undefined,
          defaultSmdpOid: step.defaultSmdpOid,
          defaultSmdpAddress: step.defaultSmdpAddress,
        },
      }
    case 'fallback.set':
      return { setFallbackAttribute: { iccid: iccidOf(step) } }
    case 'fallback.unset':
      return { unsetFallbackAttribute: {} }
    case 'default-dp.set':
      return { setDefaultDpAddress: { defaultDpAddress: step.address } }
    default:
      throw new TypeError(`${step.type} is no profile state management operation`)
  }
}

function ecoOf(step: PackageStep): Infer<typeof Eco> {
  switch (step.type) {
    case 'eim.add':
      return { addEim: EimConfigurationData.fromJson(step.eimConfigurationData) }
    case 'eim.update':
      return { updateEim: EimConfigurationData.fromJson(step.eimConfigurationData) }
    case 'eim.delete':
      return { deleteEim: { eimId: step.eimId } }
    case 'eim.list':
      return { listEim: {} }
    default:
      throw new TypeError(`${step.type} is no eIM configuration operation`)
  }
}

function euiccPackageOf(steps: readonly PackageStep[]): Infer<typeof EuiccPackage> {
  const ecos = steps.filter(isEco)
  if (ecos.length === 0) return { psmoList: steps.map(psmoOf) }
  if (ecos.length < steps.length) throw new TypeError('a package holds PSMOs or eCOs, never both')
  return { ecoList: ecos.map(ecoOf) }
}

/** The DER that is signed, followed by the association token. The same inputs always give the same octets. */
export function encodeEuiccPackageSigned(unsigned: {
  readonly eimId: string
  readonly eid: string
  readonly counterValue: number
  readonly eimTransactionId: string
  readonly request: OperationRequest
}): Octets {
  return encode(EuiccPackageSigned, {
    eimId: unsigned.eimId,
    eidValue: eidToOctets(parseEid(unsigned.eid)),
    counterValue: unsigned.counterValue,
    eimTransactionId: fromHex(unsigned.eimTransactionId),
    euiccPackage: euiccPackageOf(stepsOf(unsigned.request)),
  })
}

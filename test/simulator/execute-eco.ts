/** eIM configuration operations as an eUICC executes them (SGP.32 §2.11.1.1.3), and AddInitialEim (§5.9.4). */
import { X509Certificate } from 'node:crypto'
import { encode, type Infer } from '../../shared/asn1/index.ts'
import { equalOctets, type Octets } from '../../shared/octets.ts'
import {
  AddEimResultCode,
  DeleteEimResult,
  type Eco,
  EimConfigurationData,
  UpdateEimResult,
} from '../../shared/sgp32/index.ts'
import { isVerificationKey } from './card-crypto.ts'
import type { EuiccState, SimulatedAssociation } from './euicc-state.ts'
import type { Executed, StepResult } from './execute-psmo.ts'

type Configuration = Infer<typeof EimConfigurationData>

/** counterValue that every eUICC must at least be able to hold; this one holds no more (SGP.32 §2.11.1.1). */
export const HIGHEST_COUNTER = 0x7fffff
/** Memory for associations. */
const MOST_EIMS = 8
/** associationToken in a request: please give one. */
const TOKEN_WANTED = -1
const FQDN = 2

function executed(name: string, result: StepResult, ok: boolean): Executed {
  return { name, result, ok, events: [] }
}

/** `ciPKIds` are the CIs that the card has certificates of. */
export function executeEco(state: EuiccState, eco: Infer<typeof Eco>, ciPKIds: readonly Octets[]): Executed {
  if (eco.addEim) return addEim(state, eco.addEim, ciPKIds)
  if (eco.deleteEim) return deleteEim(state, eco.deleteEim.eimId)
  if (eco.updateEim) return updateEim(state, eco.updateEim, ciPKIds)
  const eimIdList = state.associations.map(({ eimId, eimIdType }) => ({ eimId, eimIdType }))
  return executed('listEim', { listEimResult: { eimIdList } }, true)
}

/** Null when there is none or it cannot be used. */
function publicKeyIn({ eimPublicKeyData }: Configuration): Octets | null {
  if (!eimPublicKeyData) return null
  try {
    const key =
      eimPublicKeyData.eimPublicKey ??
      new Uint8Array(
        new X509Certificate(eimPublicKeyData.eimCertificate).publicKey.export({
          format: 'der',
          type: 'spki',
        }),
      )
    return isVerificationKey(key) ? key.slice() : null
  } catch {
    // Not a certificate.
    return null
  }
}

function isKnownCi(wanted: Configuration, ciPKIds: readonly Octets[]): boolean {
  const { euiccCiPKId } = wanted
  return euiccCiPKId === undefined || ciPKIds.some((known) => equalOctets(known, euiccCiPKId))
}

function isCounter(counterValue: number): boolean {
  return counterValue >= 0 && counterValue <= HIGHEST_COUNTER
}

/** The code of the refusal, or the token given (null when none was asked for). */
export function associate(
  state: EuiccState,
  wanted: Configuration,
  ciPKIds: readonly Octets[],
): { refusal: number } | { token: number | null } {
  const { codes } = AddEimResultCode
  const subjectPublicKeyInfo = publicKeyIn(wanted)
  const { eimId, counterValue, associationToken: asked, euiccCiPKId } = wanted
  if (state.associations.some((each) => each.eimId === eimId))
    return { refusal: codes.associatedEimAlreadyExists }
  if (state.associations.length >= MOST_EIMS) return { refusal: codes.insufficientMemory }
  if (!subjectPublicKeyInfo || counterValue === undefined) return { refusal: codes.commandError }
  if (!isCounter(counterValue)) return { refusal: codes.counterValueOutOfRange }
  if (!isKnownCi(wanted, ciPKIds)) return { refusal: codes.ciPKUnknown }
  if (asked !== undefined && asked !== TOKEN_WANTED) return { refusal: codes.invalidAssociationToken }
  const associationToken = asked === undefined ? null : state.nextToken++
  state.associations.push({
    eimId,
    eimIdType: wanted.eimIdType ?? FQDN,
    counterValue,
    associationToken,
    subjectPublicKeyInfo,
    euiccCiPKId: euiccCiPKId?.slice() ?? null,
    configuration: encode(EimConfigurationData, wanted),
  })
  return { token: associationToken }
}

function addEim(state: EuiccState, wanted: Configuration, ciPKIds: readonly Octets[]): Executed {
  const outcome = associate(state, wanted, ciPKIds)
  if ('refusal' in outcome)
    return executed('addEim', { addEimResult: { addEimResultCode: outcome.refusal } }, false)
  const addEimResult = outcome.token === null ? { addEimResultCode: 0 } : { associationToken: outcome.token }
  return executed('addEim', { addEimResult }, true)
}

function deleteEim(state: EuiccState, eimId: string): Executed {
  const { codes } = DeleteEimResult
  const left = state.associations.filter((each) => each.eimId !== eimId)
  if (left.length === state.associations.length)
    return executed('deleteEim', { deleteEimResult: codes.eimNotFound }, false)
  state.associations = left
  const deleteEimResult = left.length === 0 ? codes.lastEimDeleted : codes.ok
  return executed('deleteEim', { deleteEimResult }, true)
}

function updateEim(state: EuiccState, wanted: Configuration, ciPKIds: readonly Octets[]): Executed {
  const refusal = updateRefusal(state, wanted, ciPKIds)
  if (refusal !== null) return executed('updateEim', { updateEimResult: refusal }, false)
  const association = state.associations.find(({ eimId }) => eimId === wanted.eimId)
  if (association) update(association, wanted)
  return executed('updateEim', { updateEimResult: UpdateEimResult.codes.ok }, true)
}

function updateRefusal(state: EuiccState, wanted: Configuration, ciPKIds: readonly Octets[]): number | null {
  const { codes } = UpdateEimResult
  const { counterValue } = wanted
  if (!state.associations.some(({ eimId }) => eimId === wanted.eimId)) return codes.eimNotFound
  if (counterValue !== undefined && !isCounter(counterValue)) return codes.counterValueOutOfRange
  if (!isKnownCi(wanted, ciPKIds)) return codes.ciPKUnknown
  return wanted.eimPublicKeyData && !publicKeyIn(wanted) ? codes.commandError : null
}

/** The counter starts anew only under a new key: else an old package could be replayed. */
function update(association: SimulatedAssociation, wanted: Configuration): void {
  const subjectPublicKeyInfo = publicKeyIn(wanted)
  if (subjectPublicKeyInfo) {
    association.subjectPublicKeyInfo = subjectPublicKeyInfo
    association.counterValue = wanted.counterValue ?? association.counterValue
  }
  association.eimIdType = wanted.eimIdType ?? association.eimIdType
  association.euiccCiPKId = wanted.euiccCiPKId?.slice() ?? association.euiccCiPKId
  association.configuration = encode(EimConfigurationData, wanted)
}

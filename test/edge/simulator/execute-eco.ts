/** eIM configuration operations as an eUICC executes them (SGP.32 §2.11.1.1.3), and AddInitialEim (§5.9.4). */
import type { Infer } from '../../../shared/asn1/index.ts'
import type { Octets } from '../../../shared/octets.ts'
import { parseCertificate } from '../../../shared/pki/index.ts'
import {
  AddEimResultCode,
  DeleteEimResult,
  type Eco,
  type EimConfigurationData,
  UpdateEimResult,
} from '../../../shared/sgp32/index.ts'
import type { EuiccState } from './euicc-state.ts'
import type { Executed, StepResult } from './execute-psmo.ts'

type Configuration = Infer<typeof EimConfigurationData>

const HIGHEST_COUNTER = 0x7fffff
/** Memory for associations. */
const MOST_EIMS = 8

function executed(name: string, result: StepResult, ok: boolean): Executed {
  return { name, result, ok, events: [] }
}

export function executeEco(state: EuiccState, eco: Infer<typeof Eco>): Executed {
  if (eco.addEim) return addEim(state, eco.addEim)
  if (eco.deleteEim) return deleteEim(state, eco.deleteEim.eimId)
  if (eco.updateEim) return updateEim(state, eco.updateEim)
  const eimIdList = state.associations.map(({ eimId, eimIdType }) => ({ eimId, eimIdType }))
  return executed('listEim', { listEimResult: { eimIdList } }, true)
}

function publicKeyIn({ eimPublicKeyData }: Configuration): Octets | null {
  if (!eimPublicKeyData) return null
  return (
    eimPublicKeyData.eimPublicKey ?? parseCertificate(eimPublicKeyData.eimCertificate).subjectPublicKeyInfo
  )
}

/** The code of the refusal, or the token given (null when none was asked for). */
export function associate(
  state: EuiccState,
  wanted: Configuration,
): { refusal: number } | { token: number | null } {
  const { codes } = AddEimResultCode
  const subjectPublicKeyInfo = publicKeyIn(wanted)
  if (state.associations.some(({ eimId }) => eimId === wanted.eimId))
    return { refusal: codes.associatedEimAlreadyExists }
  if (state.associations.length >= MOST_EIMS) return { refusal: codes.insufficientMemory }
  if (!subjectPublicKeyInfo || wanted.counterValue === undefined) return { refusal: codes.commandError }
  if (wanted.counterValue < 0 || wanted.counterValue > HIGHEST_COUNTER)
    return { refusal: codes.counterValueOutOfRange }
  const asked = wanted.associationToken
  if (asked !== undefined && asked !== -1) return { refusal: codes.invalidAssociationToken }
  const associationToken = asked === undefined ? null : state.nextToken++
  state.associations.push({
    eimId: wanted.eimId,
    eimIdType: wanted.eimIdType ?? 2,
    counterValue: wanted.counterValue,
    associationToken,
    subjectPublicKeyInfo: subjectPublicKeyInfo.slice(),
  })
  return { token: associationToken }
}

function addEim(state: EuiccState, wanted: Configuration): Executed {
  const outcome = associate(state, wanted)
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

function updateEim(state: EuiccState, wanted: Configuration): Executed {
  const { codes } = UpdateEimResult
  const association = state.associations.find(({ eimId }) => eimId === wanted.eimId)
  if (!association) return executed('updateEim', { updateEimResult: codes.eimNotFound }, false)
  const { counterValue } = wanted
  if (counterValue !== undefined && (counterValue < 0 || counterValue > HIGHEST_COUNTER)) {
    return executed('updateEim', { updateEimResult: codes.counterValueOutOfRange }, false)
  }
  const subjectPublicKeyInfo = publicKeyIn(wanted)
  if (subjectPublicKeyInfo) {
    association.subjectPublicKeyInfo = subjectPublicKeyInfo.slice()
    association.counterValue = counterValue ?? association.counterValue
  }
  return executed('updateEim', { updateEimResult: codes.ok }, true)
}

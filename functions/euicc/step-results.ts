/** Reads the result list of a package: by position, since results repeat no ICCID (SGP.32 §2.11.2.1). */
import type { Infer, Json } from '../../shared/asn1/index.ts'
import {
  AddEimResultCode,
  ConfigureImmediateEnableResult,
  DeleteEimResult,
  DeleteProfileResult,
  DisableProfileResult,
  EnableProfileResult,
  EuiccResultData,
  ListEimError,
  ProcessingTerminated,
  ProfileInfoListError,
  RollbackProfileResult,
  SetDefaultDpAddressResult,
  SetFallbackAttributeResult,
  UnsetFallbackAttributeResult,
  UpdateEimResult,
} from '../../shared/sgp32/index.ts'
import type { PackageStep, StepResult } from './operation.ts'

export type EuiccResult = Infer<typeof EuiccResultData>

interface Codes {
  nameOf(value: number): string
}

/** deleteEim answers 2 when it was the last association: done all the same. */
const LAST_EIM_DELETED = DeleteEimResult.codes.lastEimDeleted

/** A result that is only a code: which type of code, if the result is of that kind. */
function codeOf(result: EuiccResult): { codes: Codes; value: number } | null {
  const coded: readonly (readonly [Codes, number | undefined])[] = [
    [EnableProfileResult, result.enableResult],
    [DisableProfileResult, result.disableResult],
    [DeleteProfileResult, result.deleteResult],
    [ConfigureImmediateEnableResult, result.configureImmediateEnableResult],
    [SetFallbackAttributeResult, result.setFallbackAttributeResult],
    [UnsetFallbackAttributeResult, result.unsetFallbackAttributeResult],
    [SetDefaultDpAddressResult, result.setDefaultDpAddressResult?.setDefaultDpAddressResult],
    [DeleteEimResult, result.deleteEimResult],
    [UpdateEimResult, result.updateEimResult],
    [AddEimResultCode, result.addEimResult?.addEimResultCode],
    [ProfileInfoListError, result.listProfileInfoResult?.profileInfoListError],
    [ListEimError, result.listEimResult?.listEimError],
    [RollbackProfileResult, result.rollbackResult],
    [ProcessingTerminated, result.processingTerminated],
  ]
  for (const [codes, value] of coded) if (value !== undefined) return { codes, value }
  return null
}

const EXPECTED: Readonly<Record<PackageStep['type'], keyof EuiccResult>> = {
  'profile.enable': 'enableResult',
  'profile.disable': 'disableResult',
  'profile.delete': 'deleteResult',
  'profile.list': 'listProfileInfoResult',
  'rat.get': 'getRATResult',
  'immediate-enable.configure': 'configureImmediateEnableResult',
  'fallback.set': 'setFallbackAttributeResult',
  'fallback.unset': 'unsetFallbackAttributeResult',
  'default-dp.set': 'setDefaultDpAddressResult',
  'eim.add': 'addEimResult',
  'eim.update': 'updateEimResult',
  'eim.delete': 'deleteEimResult',
  'eim.list': 'listEimResult',
}

function readStep(step: PackageStep, result: EuiccResult): StepResult {
  const data = memberOf(result)
  const code = codeOf(result)
  const expected = result[EXPECTED[step.type]] !== undefined
  if (!code) return { type: step.type, code: null, ok: expected, data }
  const done = code.value === 0 || (step.type === 'eim.delete' && code.value === LAST_EIM_DELETED)
  return {
    type: step.type,
    code: { name: code.codes.nameOf(code.value), number: code.value },
    ok: expected && done,
    data,
  }
}

function memberOf(result: EuiccResult): Json {
  const [member = null] = Object.values<Json>(
    EuiccResultData.toJson(result) as { readonly [name: string]: Json },
  )
  return member
}

const NOT_EXECUTED = { name: 'notExecuted', number: -1 } as const

/** One entry a step; steps the eUICC did not come to are shown as not executed. */
export function readResults(steps: readonly PackageStep[], results: readonly EuiccResult[]): StepResult[] {
  return steps.map((step, index) => {
    const result = results[index]
    return result ? readStep(step, result) : { type: step.type, code: NOT_EXECUTED, ok: false, data: null }
  })
}

/** The rollbackResult among `results`, which stands for the whole package: the previous profile is on again. */
export function rollbackIn(results: readonly EuiccResult[]): number | undefined {
  return results.find((result) => result.rollbackResult !== undefined)?.rollbackResult
}

/** An operation as the API shows it: parameters in the form in which they are given, activation codes for some eyes only. */
import type { DownloadSource, OperationRequest, OperationView, PackageStep } from '../euicc/operation.ts'
import type { Call } from './route.ts'

type Shown = Omit<OperationView, 'params'> & { readonly params: unknown }

/** Activation codes are for those who may send them. */
export function seesActivationCodes({ key }: Pick<Call<unknown, unknown>, 'key'>): boolean {
  return key?.scopes.includes('operations:write') === true
}

/** Who may not create operations sees of an activation code only where it leads. */
export function showOperation(call: Pick<Call<unknown, unknown>, 'key'>, operation: OperationView): Shown {
  const request = { type: operation.type, ...(operation.params as object) } as OperationRequest
  return { ...operation, params: paramsOf(request, seesActivationCodes(call)) }
}

function paramsOf(request: OperationRequest, seesCodes: boolean): unknown {
  switch (request.type) {
    case 'package':
      return { steps: request.steps.map(stepOf) }
    case 'profile.download':
      return sourceOf(request.source, seesCodes)
    default:
      return stepOf(request as PackageStep).params
  }
}

function stepOf({ type, ...params }: PackageStep): { readonly type: string; readonly params: object } {
  return { type, params }
}

function sourceOf(source: DownloadSource, seesCodes: boolean): unknown {
  switch (source.kind) {
    case 'activationCode':
      return { activationCode: seesCodes ? source.activationCode : masked(source.activationCode) }
    case 'defaultSmdp':
      return { defaultSmdp: true }
    case 'smds':
      return { smds: source.smdsAddress ?? true }
  }
}

/** `LPA:1$host$…` */
function masked(activationCode: string): string {
  const [format = '', host = ''] = activationCode.split('$')
  return `${format}$${host}$…`
}

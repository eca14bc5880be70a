/** TODO */
import { alternative, choice, type Infer, UNTAGGED } from '../asn1/index.ts'
import {
  GetEimPackageRequest,
  GetEimPackageResponse,
  ProvideEimPackageResult,
  ProvideEimPackageResultResponse,
  TransferEimPackageRequest,
  TransferEimPackageResponse,
} from './eim-package-transfer.ts'
import { HandleNotificationEsipa } from './handle-notification.ts'
import {
  AuthenticateClientRequestEsipa,
  AuthenticateClientResponseEsipa,
  CancelSessionRequestEsipa,
  CancelSessionResponseEsipa,
  GetBoundProfilePackageRequestEsipa,
  GetBoundProfilePackageResponseEsipa,
  InitiateAuthenticationRequestEsipa,
  InitiateAuthenticationResponseEsipa,
} from './indirect-download.ts'

export const EsipaMessageFromIpaToEim = choice(UNTAGGED, {
  initiateAuthenticationRequestEsipa: alternative('BF39', InitiateAuthenticationRequestEsipa),
  authenticateClientRequestEsipa: alternative('BF3B', AuthenticateClientRequestEsipa),
  getBoundProfilePackageRequestEsipa: alternative('BF3A', GetBoundProfilePackageRequestEsipa),
  cancelSessionRequestEsipa: alternative('BF41', CancelSessionRequestEsipa),
  handleNotificationEsipa: alternative('BF3D', HandleNotificationEsipa),
  transferEimPackageResponse: alternative('BF4E', TransferEimPackageResponse),
  getEimPackageRequest: alternative('BF4F', GetEimPackageRequest),
  provideEimPackageResult: alternative('BF50', ProvideEimPackageResult),
})
export type EsipaMessageFromIpaToEim = Infer<typeof EsipaMessageFromIpaToEim>

export const EsipaMessageFromEimToIpa = choice(UNTAGGED, {
  initiateAuthenticationResponseEsipa: alternative('BF39', InitiateAuthenticationResponseEsipa),
  authenticateClientResponseEsipa: alternative('BF3B', AuthenticateClientResponseEsipa),
  getBoundProfilePackageResponseEsipa: alternative('BF3A', GetBoundProfilePackageResponseEsipa),
  cancelSessionResponseEsipa: alternative('BF41', CancelSessionResponseEsipa),
  transferEimPackageRequest: alternative('BF4E', TransferEimPackageRequest),
  getEimPackageResponse: alternative('BF4F', GetEimPackageResponse),
  provideEimPackageResultResponse: alternative('BF50', ProvideEimPackageResultResponse),
})
export type EsipaMessageFromEimToIpa = Infer<typeof EsipaMessageFromEimToIpa>

/** The envelope of ES9+ and ES11 in the ASN.1 binding. */
import { alternative, choice, type Infer } from '../asn1/index.ts'
import {
  AuthenticateClientRequest,
  AuthenticateClientResponseEs9,
  AuthenticateClientResponseEs11,
} from './authenticate-client.ts'
import { CancelSessionRequestEs9, CancelSessionResponseEs9 } from './cancel-session.ts'
import { GetBoundProfilePackageRequest, GetBoundProfilePackageResponse } from './get-bound-profile-package.ts'
import { InitiateAuthenticationRequest, InitiateAuthenticationResponse } from './initiate-authentication.ts'
import { HandleNotification } from './notification.ts'

/** SGP.22 §6.6.2 */
export const RemoteProfileProvisioningRequest = choice('A2', {
  initiateAuthenticationRequest: alternative('BF39', InitiateAuthenticationRequest),
  authenticateClientRequest: alternative('BF3B', AuthenticateClientRequest),
  getBoundProfilePackageRequest: alternative('BF3A', GetBoundProfilePackageRequest),
  cancelSessionRequestEs9: alternative('BF41', CancelSessionRequestEs9),
  handleNotification: alternative('BF3D', HandleNotification),
})
export type RemoteProfileProvisioningRequest = Infer<typeof RemoteProfileProvisioningRequest>

/** SGP.22 §6.6.2 */
export const RemoteProfileProvisioningResponse = choice('A2', {
  initiateAuthenticationResponse: alternative('BF39', InitiateAuthenticationResponse),
  authenticateClientResponseEs9: alternative('BF3B', AuthenticateClientResponseEs9),
  getBoundProfilePackageResponse: alternative('BF3A', GetBoundProfilePackageResponse),
  cancelSessionResponseEs9: alternative('BF41', CancelSessionResponseEs9),
  authenticateClientResponseEs11: alternative('BF40', AuthenticateClientResponseEs11),
})
export type RemoteProfileProvisioningResponse = Infer<typeof RemoteProfileProvisioningResponse>

export {
  addInitialEim,
  type EimConfigurationOptions,
  eimAddConfiguration,
  eimUpdateConfiguration,
} from './eim-configuration.ts'
export { type EimHost, eimHostOf, signingIdentities } from './eim-host.ts'
export {
  EIM_ID_TYPES,
  type EimIdentity,
  type EimIdType,
  type EimKey,
  type EimKeyState,
  type IdentityRefusal,
  startingKey,
  type TransportTrust,
  usableKeys,
} from './eim-identity.ts'
export { getEimIdentity, listEimIdentities } from './identity-store.ts'
export {
  createEimIdentity,
  type NewEimIdentity,
  retireSigningKey,
  rotateSigningKey,
  setDefaultEimIdentity,
  setSigningCertificate,
  setTransportTrust,
} from './maintain-identities.ts'
export { rewrapSigningKeys } from './rewrap-signing-keys.ts'
export {
  forgetSecret,
  type KeepingEnvironment,
  keepSecret,
  readSecret,
  resealSecrets,
} from './secret-store.ts'
export { signEuiccPackage, signingKey } from './signing.ts'

export type {
  Configuration,
  CredentialConfiguration,
  EdgeConfiguration,
  EdgeTarget,
  HandOverConfiguration,
  ListenerConfiguration,
  NodeConfiguration,
  SocketAddress,
  TenantConfiguration,
} from './configuration.ts'
export { ConfigurationFault, type ConfigurationProblem } from './configuration-fault.ts'
export { loadConfiguration } from './load-configuration.ts'
export { mergeReload } from './merge-reload.ts'
export { loadTenants, type Tenants } from './tenants.ts'

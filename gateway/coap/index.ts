export { BLOCK_SIZES, type BlockSize } from './block.ts'
export type {
  CoapCounters,
  CoapEffect,
  CoapReason,
  DeviceDatagram,
  DeviceSession,
  EdgeAnswer,
} from './coap-effect.ts'
export { type CoapServerOptions, DEFAULT_COAP_OPTIONS } from './coap-options.ts'
export { CoapServer } from './coap-server.ts'
export type { PathAliases } from './device-request.ts'
export { DEFAULT_TIMING, deriveTiming, NB_IOT_TIMING, type Timing } from './timing.ts'
export type { TransferOutcome, TransferRequest } from './transfer.ts'

export { type Injected, inject } from './inject.ts'
export { resultInTransferResponse } from './transfer-response.ts'

export { gatewayApi } from './gateway-api.ts'

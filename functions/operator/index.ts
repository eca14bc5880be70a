export { operatorApi } from './operator-api.ts'

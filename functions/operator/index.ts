export { operatorApi } from './operator-api.ts'
export { forgetExpiredSessions } from './session.ts'

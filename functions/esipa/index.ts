export { esipaApi } from './esipa-api.ts'

// STUB
export const LedgerPage = () => null

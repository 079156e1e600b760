// STUB
export const AccountPanel = () => null

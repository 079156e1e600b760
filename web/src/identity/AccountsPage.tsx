// STUB
export const AccountsPage = () => null

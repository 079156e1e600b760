// STUB
export const UnitsPage = () => null

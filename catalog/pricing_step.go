package catalog

const MaxQuantityDecimals = 5

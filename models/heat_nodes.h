/// Winding, housing and temperature sensor of a resting motor in closed form: two thermal nodes in
/// a chain to the air, and a sensor that follows the first one with a lag. Equations:
/// plugins/motor_pmsm/README.md, "Skipped time".
#ifndef TAUT_MODELS_HEAT_NODES_H
#define TAUT_MODELS_HEAT_NODES_H

/// Constants of the chain.
typedef struct taut_heat_chain {
  double winding_k_j, housing_k_j;  ///< 1 / heat capacity                    [K/J]
  double winding_w_k, housing_w_k;  ///< conductance towards housing, to air  [W/K]
  double sensor_per_s;              ///< 1 / lag of the sensor; 0: it has none [1/s]
  double ambient_k;
} taut_heat_chain;

/// Temperatures [K].
typedef struct taut_heat_nodes {
  double winding_k, housing_k, sensor_k;
} taut_heat_nodes;

/// The temperatures `time_s` later with a constant power into the winding [W]: the exact solution
/// of the linear system, by its two eigenvalues. Both conductances are above 0. [any]
taut_heat_nodes taut_heat_nodes_after(const taut_heat_chain *chain, const taut_heat_nodes *now,
                                      double power_w, double time_s);

#endif

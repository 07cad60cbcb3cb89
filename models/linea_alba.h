/// Linea alba as a membrane strip under abdominal pressure.
///
///   T = T0 (1 - 0.4 laxity) + kT a_TrA      [N/m]
///   h = P w^2 / (8 T)                       [m]   dome ("cone") height
///   DI = P w / (12 T)                       [1]   distortion index: mean deviation over width
///
/// w is the inter-recti distance. Coning begins when h stays above the threshold for hold_s and
/// ends below threshold - hysteresis. All functions are pure, allocate nothing; [any].
#ifndef TAUT_MODELS_LINEA_ALBA_H
#define TAUT_MODELS_LINEA_ALBA_H

typedef struct taut_linea_alba_params {
  double width_m;          ///< w                                   [m]
  double tension_n_m;      ///< T0                                  [N/m]
  double laxity;           ///< 0..1                                [1]
  double transversus_n_m;  ///< kT, tension at full activation      [N/m]
  double threshold_m;      ///< visible height                      [m]
  double hysteresis_m;     ///<                                     [m]
  double hold_s;           ///<                                     [s]
} taut_linea_alba_params;

typedef struct taut_linea_alba {
  double height_m;   ///< h [m]
  double above_s;    ///< time above the threshold [s]
  double is_coning;  ///< 0 or 1
} taut_linea_alba;

/// T for an activation of the transversus [N/m].
double taut_linea_alba_tension(const taut_linea_alba_params *params, double activation);

/// h under a pressure; 0 for a negative one [m].
double taut_linea_alba_height(const taut_linea_alba_params *params, double pressure_pa,
                              double activation);

/// DI under a pressure [1].
double taut_linea_alba_distortion(const taut_linea_alba_params *params, double pressure_pa,
                                  double activation);

/// Moves the state by dt_s. Returns 1 at the onset of coning, else 0.
int taut_linea_alba_step(const taut_linea_alba_params *params, taut_linea_alba *state,
                         double pressure_pa, double activation, double dt_s);

#endif

/// Pelvic floor: activation, fatigue, leak point and leak.
///
///   tau da/dt = target - a, a <= 1 - MF_pf           MF_pf by 3CC-r (models/fatigue.h)
///   LPP = LPP0 + G a (1 - MF_pf) - D_fat MF_pf - D_fill (fill - 1/2) - D_hyp [breath held]
///   q = c sqrt(P - LPP) while leaking; a leak begins at P > LPP and ends at P < LPP - hysteresis
///
/// Leak points by type (below 60 cmH2O intrinsic sphincter deficiency, 60 to 90 mixed, above 90
/// hypermobility) and squeeze (about 22 cmH2O): see plugins/user/README.md. All functions are pure,
/// allocate nothing and may be called from any thread. [any]
#ifndef TAUT_MODELS_PELVIC_FLOOR_H
#define TAUT_MODELS_PELVIC_FLOOR_H

#include "models/fatigue.h"

/// Activation up to this counts as rest for recovery [1].
#define TAUT_PELVIC_FLOOR_TONE 0.2

typedef struct taut_pelvic_floor_params {
  double leak_point_pa;   ///< LPP0                                        [Pa]
  double squeeze_pa;      ///< G                                           [Pa]
  double fatigue_pa;      ///< D_fat                                       [Pa]
  double fill_pa;         ///< D_fill                                      [Pa]
  double breath_hold_pa;  ///< D_hyp                                       [Pa]
  double hysteresis_pa;   ///<                                             [Pa]
  double flow_m3_s;       ///< flow 10 cmH2O above the leak point          [m3/s]
  double bladder_m3;      ///< volume of a full bladder                    [m3]
  double rise_s;          ///< tau                                         [s]
  double let_go_share;    ///< of the first repetition's activation        [1]
  double let_go_fatigue;  ///< MF_pf above which it lets go                [1]
  taut_fatigue_params fatigue;
} taut_pelvic_floor_params;

typedef struct taut_pelvic_floor {
  double activation;        ///< a [1]
  double fill;              ///< bladder, 0..1
  double is_leaking;        ///< 0 or 1
  double volume_m3;         ///< lost since the start [m3]
  double first_activation;  ///< strongest of the first repetition, a (1 - MF) [1]
  double has_let_go;        ///< 0 or 1, until the next set
  taut_fatigue fatigue;
} taut_pelvic_floor;

/// LPP [Pa]. `is_breath_held` is 0 or 1.
double taut_pelvic_floor_leak_point(const taut_pelvic_floor_params *params,
                                    const taut_pelvic_floor *state, double is_breath_held);

/// Moves activation by dt_s towards the target; a floor that has let go follows 40 % of it.
void taut_pelvic_floor_activate(const taut_pelvic_floor_params *params, taut_pelvic_floor *state,
                                double target, double dt_s);

/// Moves leak, volume and fill by dt_s under the pressure; an empty bladder does not leak.
void taut_pelvic_floor_leak(const taut_pelvic_floor_params *params, taut_pelvic_floor *state,
                            double pressure_pa, double is_breath_held, double dt_s);

/// Moves fatigue by dt_s (at most 20 ms).
void taut_pelvic_floor_tire(const taut_pelvic_floor_params *params, taut_pelvic_floor *state,
                            double dt_s);

/// Judges a repetition at the end of its concentric phase. Returns 1 when the floor lets go now:
/// its activation is below let_go_share of the first repetition's or its fatigue above
/// let_go_fatigue.
int taut_pelvic_floor_judge(const taut_pelvic_floor_params *params, taut_pelvic_floor *state);

#endif

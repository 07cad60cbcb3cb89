/// Geometry of the spool, shared by the motor (torque of the cable) and the cable (wound length),
/// so that both use the same lever and no energy appears between them.
#ifndef TAUT_MODELS_CABLE_GEOMETRY_H
#define TAUT_MODELS_CABLE_GEOMETRY_H

/// Radius at which the cable leaves the spool [m]: the lever shrinks while cable pays out, in
/// proportion to the angle (a spiral, as on a flat spool). `slope_m_rad` is 0 for a drum. [any]
static inline double taut_spool_radius(double radius_m, double slope_m_rad, double angle_rad) {
  return radius_m - slope_m_rad * angle_rad;
}

/// Cable paid out since angle 0 [m]: the integral of the radius over the angle. [any]
static inline double taut_spool_length(double radius_m, double slope_m_rad, double angle_rad) {
  return (radius_m - 0.5 * slope_m_rad * angle_rad) * angle_rad;
}

#endif

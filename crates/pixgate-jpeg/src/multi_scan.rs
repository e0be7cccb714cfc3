//! Files in several passes: every scan is read before the first row is rebuilt.

use crate::block::Block;
use crate::coefficients::{CoefficientStore, traverse};
use crate::damage::Damage;
use crate::geometry::Geometry;
use crate::huffman::tables;
use crate::input::Input;
use crate::kernels::Kernels;
use crate::markers::Segment;
use crate::scan::{ScanComponent, ScanHeader, ScanReader};
use crate::sequential::{BlockDecoder, BlockOutput, read_into};
use crate::{Error, ErrorKind, Header, Scale};

/// Reads all scans, beginning with the one whose header was just read.
///
/// Whatever stops the reading is damage: the scans before it count.
pub(crate) fn read<'a>(
    input: &mut Input<'a>,
    first: Segment<'a>,
    header: &Header,
    geometry: &Geometry,
    damage: &mut Damage<'_>,
    kernels: &Kernels,
) -> Result<Vec<CoefficientStore>, Error> {
    let stores = geometry.planes.iter().copied().map(CoefficientStore::new);
    let mut passes = Passes {
        stores: stores.collect::<Result<_, _>>()?,
        units: geometry.units,
        is_progressive: header.process.is_progressive(),
        is_arithmetic: header.process.is_arithmetic(),
        kernels,
    };
    let mut next = Ok(Some(first));
    let mut scans = 0;
    loop {
        let segment = match next {
            Ok(Some(segment)) => segment,
            Ok(None) => return Ok(passes.stores),
            Err(error) => {
                damage.note(error)?;
                return Ok(passes.stores);
            }
        };
        scans += 1;
        if scans > damage.max_scans {
            let limit = damage.max_scans;
            damage.note(ErrorKind::TooManyScans { limit }.into())?;
            return Ok(passes.stores);
        }
        if let Err(error) = passes.read(input, &segment, damage) {
            if scans == 1 {
                return Err(error);
            }
            damage.note(error)?;
            return Ok(passes.stores);
        }
        next = input.next_scan();
    }
}

struct Passes<'k> {
    stores: Vec<CoefficientStore>,
    units: (usize, usize),
    is_progressive: bool,
    is_arithmetic: bool,
    kernels: &'k Kernels,
}

impl Passes<'_> {
    fn read(
        &mut self,
        input: &mut Input<'_>,
        segment: &Segment<'_>,
        damage: &mut Damage<'_>,
    ) -> Result<(), Error> {
        let planes: Vec<_> = self.stores.iter().map(|store| store.plane).collect();
        let scan = ScanHeader::read(segment, &planes)?;
        self.latch_quantization(input, &scan)?;
        if self.is_progressive {
            scan.check_progressive()?;
        }
        let (behind, met) = if self.is_arithmetic {
            let mut stores = pick(&mut self.stores, &scan);
            let coded = input.arithmetic(&scan, self.is_progressive);
            coded.read(&mut stores, self.units)
        } else {
            let mut reader = input.reader();
            if !self.can_skip(&scan) {
                self.decode(input, &scan, &mut reader)?;
            }
            (reader.bits.behind(), reader.take_damage())
        };
        input.leave(behind);
        met.map_or(Ok(()), |kind| damage.note(kind.into()))
    }

    fn decode(
        &mut self,
        input: &mut Input<'_>,
        scan: &ScanHeader,
        reader: &mut ScanReader<'_>,
    ) -> Result<(), Error> {
        let units = self.units;
        let kernels = self.kernels;
        let mut stores = pick(&mut self.stores, scan);
        if self.is_progressive {
            (kernels.decode_scan)(reader, scan, &input.huffman, &mut stores, units)
        } else {
            let scales = stores.iter().map(|store| store.plane.scale);
            input.huffman.complete(&scan.components, scales);
            sequential(reader, scan, input, &mut stores, units)
        }
    }

    /// A component keeps the table that was there when its first scan began.
    fn latch_quantization(&mut self, input: &Input<'_>, scan: &ScanHeader) -> Result<(), Error> {
        for component in &scan.components {
            let Some(store) = self.stores.get_mut(component.index) else {
                continue;
            };
            if store.output.is_none() {
                let (scale, table) = (store.plane.scale, store.plane.quantization);
                let transform = self.kernels.transform(scale);
                let output = BlockOutput::new(scale, &input.quantization, table, transform)?;
                store.output = Some(output);
            }
        }
        Ok(())
    }

    /// Whether only DC coefficients are kept and the scan has none.
    ///
    /// A band outside a larger corner must be read all the same: scans that refine it together
    /// with what is kept cannot be read without it.
    fn can_skip(&self, scan: &ScanHeader) -> bool {
        let keeps_dc_only = |component: &ScanComponent| {
            let store = self.stores.get(component.index);
            store.is_some_and(|store| store.plane.scale == Scale::Eighth)
        };
        scan.band.0 > 0 && scan.components.iter().all(keeps_dc_only)
    }
}

/// The stores of a scan's components, in its order.
fn pick<'s>(
    stores: &'s mut [CoefficientStore],
    scan: &ScanHeader,
) -> Vec<&'s mut CoefficientStore> {
    let place = |index| scan.components.iter().position(|c| c.index == index);
    let mut picked: Vec<_> = stores
        .iter_mut()
        .enumerate()
        .filter_map(|(index, store)| Some((place(index)?, store)))
        .collect();
    picked.sort_by_key(|(place, _)| *place);
    picked.into_iter().map(|(_, store)| store).collect()
}

/// Reads a sequential scan that does not hold all components.
fn sequential(
    reader: &mut ScanReader<'_>,
    scan: &ScanHeader,
    input: &Input<'_>,
    stores: &mut [&mut CoefficientStore],
    units: (usize, usize),
) -> Result<(), Error> {
    let mut decoders = Vec::new();
    for (component, store) in scan.components.iter().zip(stores.iter()) {
        let tables = tables(&input.huffman, *component).ok_or(ErrorKind::MissingTable)?;
        let output = store.output.clone().ok_or(ErrorKind::MissingTable)?;
        decoders.push((tables, BlockDecoder::new(*component, output)));
    }
    traverse(
        reader,
        stores,
        units,
        |reader, number, stored, restarted| {
            if restarted {
                decoders
                    .iter_mut()
                    .for_each(|(_, decoder)| decoder.restart());
            }
            if let Some((tables, decoder)) = decoders.get_mut(number) {
                let mut block: Block = [0; 128];
                let has_ac = read_into(reader, *tables, decoder, &mut block);
                *stored.history = if has_ac { u64::MAX } else { 0 };
                let kept = stored.coefficients.len().min(64);
                stored.coefficients[..kept].copy_from_slice(&block[..kept]);
            }
        },
    );
    Ok(())
}
